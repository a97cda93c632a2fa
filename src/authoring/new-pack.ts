/**
 * The skeleton of a pack for a runtime: a file that checks, with places to write the runtime's own statements.
 *
 * @param seen `YYYY-MM-DD`
 * @param schema where editors find the schema of packs, from the file's folder
 */
export function newPack(name: string, seen: string, schema: string): string {
  return `# yaml-language-server: $schema=${schema}
# How ${name} says that something failed. The usual forms (\`Error: …\`, an exception, \`429 …\`, a JSON error body) need no line here.
# What its words mean stands in causes/. Taught in README.md.
schema: knell.rules/v1
pack: ${name}
version: "0.1.0"
runtime: ${name}
# How long it may be silent before that is worth a warning.
stall:
  warn: "3m"
  open_tool: { warn: "20m" }
statements:
  # A line of plain text, from its start; the first group is the message.
  - text: '${name}: (.*)'
    # stream: stderr # where it says so on this one alone
  # A typed event, where it prints JSON: name its fields.
  # - event: run.failed
  #   message: error.message
  #   status: error.status
  #   final: "yes"
# First seen ${seen}.
`;
}
