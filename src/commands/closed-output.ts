/** Whether an error says that whoever read standard output has had enough, as `head` has. */
export function isClosedOutput(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' && syscall === 'write';
}
