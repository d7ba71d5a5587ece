/** An error that calls tables by their files rather than by their roles. */
export function named(error: unknown, files: Readonly<Record<string, string | undefined>>): unknown {
  if (error instanceof Error) {
    error.message = error.message.replace(/\((\w+) table\)$/, (text, role: string) => {
      const file = files[role];
      return file === undefined ? text : `(${file})`;
    });
  }
  return error;
}
