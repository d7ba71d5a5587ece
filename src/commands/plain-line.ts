/** A text as one line that a terminal shows as it is: names and values of tables may hold line ends and escape sequences. */
export function plainLine(text: string): string {
  return text
    .replaceAll(/\s*[\t\n\v\f\r\u2028\u2029]\s*/g, ' ')
    .replaceAll(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
