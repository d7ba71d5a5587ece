/** What options of the library that can be told wrong only by the data are on the command line. */
const FLAGS: Readonly<Record<string, string>> = {
  target: '--target',
  conditions: '--conditions',
  keepRare: '--keep-rare',
  latent: '--latent',
};

/** The message of an error of the library, with the option that it is about by its flag. */
export function inFlags(message: string): string {
  return message.replace(/^Expected (?:the )?(target|conditions|keepRare|latent)\b/, (_, name) => {
    return `Expected ${FLAGS[name]}`;
  });
}
