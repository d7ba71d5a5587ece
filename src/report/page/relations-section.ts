import type { RelationReport } from '../relation-reports.js';
import { html } from './html.js';
import { grouped, percent } from './texts.js';

/** What holds between columns of the real table, with the shares of records that keep it. */
export function relationsSection(relations: readonly RelationReport[]) {
  const rows = relations.map(
    ({ text, kept: { real, synthetic }, rows }) =>
      html`<tr><th scope="row">${text}</th><td>${percent(synthetic)}</td><td>${percent(real)}</td><td>${grouped(rows)}</td></tr>`,
  );
  const body = html`<p class="soft">What holds between columns of the real table: one determines another, is computed from others, or is never above another. Worst first. Not counted are records that lack a number, or the value that determines, and those where fewer than five real records share it.</p>
<div class="split"><div class="card"><div class="scroll" tabindex="0" role="region" aria-label="Relations"><table><caption>Shares of the records that are counted, and how many synthetic ones these are</caption>
<thead><tr><th scope="col">relation</th><th scope="col">kept, synthetic</th><th scope="col">kept, real</th><th scope="col">counted</th></tr></thead><tbody>${rows}</tbody></table></div></div></div>`;
  return { id: 'relations', title: 'Relations', body };
}
