/** The style of a report: light and dark, by what the reader's system asks for; one column on a narrow screen. */
export const pageStyle = `
:root{color-scheme:light dark;--page:#f6f6f4;--surface:#fff;--text:#1a1a19;--soft:#5b5a56;--line:#dcdbd6;--grid:#cfcec9;--axis:#85847e;
--real:#8fb3dc;--real-strong:#2f6db5;--synthetic:#d9480f;--error:#c2410c;--good:#14703a;--good-tint:#e3f3e8;--fair:#8a5a00;--fair-tint:#fdf1d4;--poor:#b42318;--poor-tint:#fde7e4;--link:#1f5fae}
@media (prefers-color-scheme:dark){:root{--page:#141413;--surface:#1e1e1c;--text:#f1f0ec;--soft:#b3b1aa;--line:#363531;--grid:#4a4944;--axis:#8d8b84;
--real:#4a79b3;--real-strong:#7fb0ea;--synthetic:#ff9a5c;--error:#f0803c;--good:#7fd6a0;--good-tint:#17301f;--fair:#f0c265;--fair-tint:#352a10;--poor:#ff9d92;--poor-tint:#3c1a17;--link:#8fbcf5}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header,footer{max-width:1200px;margin:0 auto;padding:0 20px}
header{padding-top:32px}
a{color:var(--link)}
.skip{position:absolute;left:-9999px}
.skip:focus{left:12px;top:12px;background:var(--surface);padding:8px 14px;border-radius:6px}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 4px;letter-spacing:-.01em}
h2{font-size:1.3rem;margin:48px 0 6px;letter-spacing:-.01em}
h3{font-size:1rem;margin:0;overflow-wrap:anywhere}
p{margin:6px 0;max-width:75ch}
.soft{color:var(--soft)}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:14px 0 0}
.verdict{margin-top:24px;background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:20px 24px}
.verdict h2{margin:0;font-size:1.35rem;display:flex;flex-wrap:wrap;align-items:center;gap:6px 12px}
.verdict h2 .mark{font-size:1rem;padding:4px 14px;align-self:center}
.verdict h2+p{font-size:1.0625rem}
.verdict ul{list-style:none;margin:14px 0 0;padding:0}
.verdict li{display:grid;grid-template-columns:84px 108px 1fr;gap:4px 14px;padding:9px 0;border-top:1px solid var(--line)}
.mark{display:inline-block;align-self:start;justify-self:start;font-size:.8rem;font-weight:650;border-radius:99px;padding:2px 10px;white-space:nowrap}
.good{color:var(--good);background:var(--good-tint)}.fair{color:var(--fair);background:var(--fair-tint)}.poor{color:var(--poor);background:var(--poor-tint)}
.scores{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr));gap:12px;margin:16px 0 0;padding:0}
.scores div{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:14px 16px}
.scores dt{font-size:.875rem;color:var(--soft)}
.scores dd{margin:0}
.scores .value{font-size:1.7rem;font-weight:650;line-height:1.25;letter-spacing:-.02em}
.scores small{color:var(--soft);font-size:.8125rem;line-height:1.4;display:block;margin-top:4px}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr));gap:14px;margin-top:14px}
.card{margin:0;background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:14px 16px;min-width:0}
.split{display:grid;grid-template-columns:minmax(0,max-content) minmax(280px,1fr);gap:14px;margin-top:14px;align-items:start}
.card.tight{width:fit-content;max-width:100%}
.card table{margin-top:0;width:100%}
.card figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:2px 12px;margin-bottom:8px}
.card figcaption span{color:var(--soft);font-size:.875rem}
.card svg{display:block;max-width:100%;height:auto;color:var(--soft);overflow:visible}
.scroll{overflow-x:auto}
.scroll svg{max-width:none}
.key{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:.875rem;color:var(--soft);margin:8px 0 0;padding:0;list-style:none}
.key li{display:flex;align-items:center;gap:8px}
.key i{width:18px;height:12px;border-radius:2px;background:var(--real)}
.key i.strong{height:3px;background:var(--real-strong)}
.key i.line{height:3px;background:var(--synthetic)}
.key i.dot{width:11px;height:11px;border-radius:50%;background:var(--synthetic)}
details{margin-top:8px;font-size:.875rem}
summary{cursor:pointer;color:var(--link);padding:4px 0}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;margin-top:8px}
caption{text-align:left;color:var(--soft);padding-bottom:4px}
th,td{padding:5px 0 5px 14px;border-bottom:1px solid var(--line);text-align:right;vertical-align:top}
th:first-child{padding-left:0;text-align:left;overflow-wrap:anywhere}
thead th{color:var(--soft);font-weight:550}
tbody th{font-weight:450}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:10px 0;font-size:.9375rem}
.facts dt{color:var(--soft)}
.facts dd{margin:0;overflow-wrap:anywhere}
footer{padding-top:32px;padding-bottom:48px;color:var(--soft);font-size:.875rem}
@media (max-width:560px){main,header,footer{padding-left:14px;padding-right:14px}.verdict{padding:16px}.verdict li{grid-template-columns:max-content 1fr}.verdict li span:last-child{grid-column:1/3}.facts{grid-template-columns:1fr}.facts dd{margin-bottom:8px}}
@media (max-width:980px){.split{grid-template-columns:minmax(0,1fr)}}
@media print{body{background:#fff}nav,.skip{display:none}.card{break-inside:avoid}}
`;
