import type { RelationReport } from '../relation-reports.js';
import { html } from './html.js';
import { grouped, percent } from './texts.js';

/** What holds between columns of the real table, with the shares of records that keep it. */
export function relationsSection(relations: readonly RelationReport[]) {
  const rows = relations.map(
    ({ text, kept: { real, synthetic }, rows }) =>
      html`<tr><th scope="row">${text}</th><td>${percent(synthetic)}</td><td>${percent(real)}</td><td>${grouped(rows)}</td></tr>`,
  );
  const body = html`<p class="soft">What follows from other columns, is computed from them or never above another in the real table, those kept least first. Records that lack a number do not count, nor do those whose key is null or a value that goes with none: fewer than five real records share it, or no one value does nearly always.</p>
<div class="split"><div class="card"><div class="scroll" tabindex="0" role="region" aria-label="Relations"><table><caption>Shares of the records that count</caption>
<thead><tr><th scope="col">relation</th><th scope="col">kept, synthetic</th><th scope="col">kept, real</th><th scope="col">synthetic records</th></tr></thead><tbody>${rows}</tbody></table></div></div></div>`;
  return { id: 'relations', title: 'Relations', body };
}
