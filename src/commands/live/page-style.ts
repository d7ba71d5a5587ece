/** The style of the live page: light and dark, by what the reader's system asks for; one column on a narrow screen. */
export const pageStyle = `
:root{color-scheme:light dark;--page:#f6f6f4;--surface:#fff;--text:#1a1a19;--soft:#5b5a56;--line:#dcdbd6;--grid:#e4e3de;
--first:#2f6fb7;--second:#d9480f;--good:#14703a;--poor:#b42318;--link:#1f5fae}
@media (prefers-color-scheme:dark){:root{--page:#141413;--surface:#1e1e1c;--text:#f1f0ec;--soft:#b3b1aa;--line:#363531;--grid:#33322e;
--first:#6aa5e8;--second:#ff9a5c;--good:#7fd6a0;--poor:#ff9d92;--link:#8fbcf5}}
*{box-sizing:border-box}
[hidden]{display:none!important}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1200px;margin:0 auto;padding:28px 20px 48px}
h1{font-size:1rem;font-weight:550;color:var(--soft);margin:0}
h2{font-size:1rem;margin:0}
p{margin:6px 0 0}
.soft{color:var(--soft);font-size:.875rem}
#headline{font-size:1.5rem;font-weight:650;line-height:1.25;letter-spacing:-.01em;margin:2px 0 14px;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
[data-phase=done] #headline{color:var(--good)}
[data-phase=failed] #headline,[data-phase=stopped] #headline{color:var(--poor)}
progress{display:block;width:100%;height:8px;border:0;border-radius:99px;background:var(--line);accent-color:var(--first);appearance:none;overflow:hidden}
progress::-webkit-progress-bar{background:var(--line)}
progress::-webkit-progress-value{background:var(--first)}
progress::-moz-progress-bar{background:var(--first)}
#facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:10px;margin:18px 0 0}
#facts div{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:10px 14px}
dt{font-size:.8125rem;color:var(--soft)}
dd{margin:0;font-size:1.25rem;font-weight:650;line-height:1.3;font-variant-numeric:tabular-nums;white-space:nowrap}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:14px;margin-top:14px}
figure{margin:0;background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:14px 16px;min-width:0}
figure.wide{grid-column:1/-1}
figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:2px 16px;margin-bottom:6px}
.key{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:.875rem;color:var(--soft);margin:0;padding:0;list-style:none}
.key li{display:flex;align-items:center;gap:7px}
.key i{width:18px;height:3px;border-radius:2px;background:var(--first)}
.key i.second{background:var(--second)}
.key i.faint{opacity:.4}
svg{display:block;width:100%;height:210px}
.wide svg{height:280px}
.axes line{stroke:var(--grid)}
.axes text{fill:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}
path{fill:none;stroke:var(--first);stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
path.step{stroke-width:1;opacity:.4}
path.validation,path.trend,path.target{stroke:var(--second)}
path.target{stroke-dasharray:6 4}
path.units{fill:var(--first);stroke:none}
circle{fill:var(--first);stroke:var(--surface);stroke-width:2}
circle.validation,circle.trend{fill:var(--second)}
#remarks{margin:14px 0 0;padding-left:20px;color:var(--soft);font-size:.875rem;overflow-wrap:anywhere}
details{margin-top:14px;font-size:.875rem}
summary{cursor:pointer;color:var(--link);padding:4px 0;width:fit-content}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:4px 16px 4px 0;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th{color:var(--soft);font-weight:550}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:560px){main{padding:18px 14px 32px}#facts{grid-template-columns:1fr 1fr}}
`;
