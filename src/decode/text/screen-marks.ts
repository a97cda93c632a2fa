/** The marks that full screens draw before their lines. */

/** What a full screen hangs below a prompt or a tool. */
export const HANGING = /^\s*⎿/;
/** The wheel of a full screen with a word for what the model is at: `✻ Pondering… (3m 41s)`. */
export const SPINNER = /^\s*[✻✽✶✳✢] \p{L}+(?:…| for \d)/u;
/** What a client marks as its own note or as done: `ℹ Request cancelled.`, `✔ workspace indexed`. */
export const CLIENT_NOTE = /^\s*(?:ℹ\uFE0F?|[✔✓]) \S|^~ [A-Z]\p{Ll}+ \S/u;
/** The mark before what the client's user has asked. */
export const PROMPT_MARK = /^\s*(?:[>❯›✨💫]|\( ?O\)>|\d{1,3}% !?>) \S/u;
/** What a person types there that its client answers, and no model: `> /status`. */
export const CLIENT_COMMAND = /^\s*[>❯›] \/[a-z-]+(?: \S+)?$/;
/** The edges of the box in which a full screen greets. */
export const FRAMED = /^\s*[│┃║▌▐╭╰┌└╔╚─━]/u;
/** The mark before each thing that a full screen shows: what has one of its own is no tool's output. */
export const ITEM_MARK = /^\s?[●⏺] /;
export const EDIT = /^\s*[●⏺] (?:Update|Edit|Write|MultiEdit|NotebookEdit|TodoWrite)\(/;
/** What a person types at the prompt of a shell, and not at a client's. */
export const COMMAND_LINE =
  /^(?:❯ )?(?:(?:npm|npx|pnpm|yarn|bun|node|git|cargo|go|make|python3?|pytest|pip|docker|kubectl|curl|cat|tail|ls|cd|sudo|terraform|aws|gh|rg|grep)\b|\.?\/)/;
