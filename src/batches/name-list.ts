const MOST = 20;

/** Names of columns for a message, each in backticks; of more than twenty, as many as are left out. */
export function nameList(names: readonly string[]): string {
  const shown = names.slice(0, MOST).map((name) => `\`${name}\``);
  return names.length > MOST ? `${shown.join(', ')} and ${names.length - MOST} more` : shown.join(', ');
}
