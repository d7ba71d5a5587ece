/**
 * Loads an optional package. Where it is not installed, rejects with an Error that says how to: `install` is the command.
 */
export async function loadPeer<T>(load: () => Promise<T>, install: string): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    const [, missing = 'a package'] = /'([^']+)'/.exec(message) ?? [];
    throw new Error(`Expected the package \`${missing}\` to be installed: run \`${install}\``, { cause });
  }
}
