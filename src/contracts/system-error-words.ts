/** What the codes of system errors mean for a person who named a file or an address. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is a file, no folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it is there already',
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  ELOOP: 'its links lead back to it',
  ENAMETOOLONG: 'its name is too long',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk can only be read',
  EMFILE: 'too many files are open',
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
};

/**
 * Why something can't be read, written or listened on, in words that stand behind a colon, without a full stop. An error
 * of another kind keeps its own message.
 */
export function systemErrorWords(error: unknown): string {
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  return WORDS[code ?? ''] ?? message ?? String(error);
}
