/**
 * The prompt of a shell with a theme, as a part of a pattern: `~/src/infra main* ❯`, `dev@box ~/src (main)>`, `PS C:\src>`.
 * What only a sign of money, of a number or of the end of a tag closes is a prompt behind a user and a host alone.
 */
export const SHELL_PROMPT = `(?:\\([\\w.+-]{1,30}\\) )?(?:(?:PS )?[A-Z]:\\\\[^<>|"*?]{0,80}>|\\[?[\\w.-]+@[\\w.-]+[: ]\\s?(?:~|/)[\\w./~@+-]*\\]?(?: ?\\([^()]{1,40}\\))? ?[$#%>❯➜λ]|(?:~|/[a-z])[\\w./~@+-]*(?: [^\\s"'=:,;]{1,30}){0,4} [❯➜λ])`;

const ALONE = new RegExp(`^${SHELL_PROMPT}$`, 'u');
const BEFORE_COMMAND = new RegExp(`^${SHELL_PROMPT} (?=\\S)`, 'u');

/** The first of the two lines of a prompt: `shop on main [!] via v20.1`, and below it `❯`. */
const FIRST_LINE = /^(?:~|\/)?[\w./-]{1,60} (?:on|in|via) \S{1,40}(?: (?:\[[^\]]{1,12}\]|via|is|\S{1,20})){0,6}$/u;

/** Whether a line is the first of the two of a prompt, of which the second is the line below. */
export function opensPrompt(body: string, below: string): boolean {
  return /^\s*[❯➜λ](?: |$)/u.test(below) && FIRST_LINE.test(body);
}

/** Whether a line is the prompt of a shell at which nothing was typed. */
export function isShellPrompt(body: string): boolean {
  return ALONE.test(body);
}

/** What a person typed at the prompt of a shell; undefined where no such prompt stands first. */
export function typedAtPrompt(body: string): string | undefined {
  const prompt = BEFORE_COMMAND.exec(body)?.[0];
  return prompt === undefined ? undefined : body.slice(prompt.length);
}
