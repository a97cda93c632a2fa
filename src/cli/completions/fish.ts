import { type CompletionNode, nameOf, withAllBelow } from './completion-tree.ts';
import { fishQuoted } from './shell-quote.ts';

/** A completion script for fish 3 and newer, with what each word is for. */
export function fishScript(root: CompletionNode): string {
  const name = root.path;
  const nodes = withAllBelow(root);
  const lines = nodes.flatMap((node) => {
    const at = `complete -c ${name} -n ${fishQuoted(`__${name}_at ${fishQuoted(node.path)}`)}`;
    const files = node.files ? '' : ' -f';
    return [
      ...node.children.map((child) => `${at} -f -a ${fishQuoted(nameOf(child))} -d ${fishQuoted(child.summary)}`),
      ...(node.words.length > 0 ? [`${at}${files} -a ${fishQuoted(node.words.join(' '))}`] : []),
      ...(node.children.length === 0 && node.words.length === 0 && !node.files ? [`${at} -f`] : []),
      ...node.options.map(({ names, summary, takesValue, words }) => {
        const flags = names.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
        const value = !takesValue ? '' : words.length > 0 ? ` -x -a ${fishQuoted(words.join(' '))}` : ' -r -F';
        return `${at} ${flags.join(' ')}${value} -d ${fishQuoted(summary)}`;
      }),
    ];
  });
  return `# fish completion for ${name}; made by "${name} completions fish"
function __${name}_at
  set -l here ${name}
  for word in (commandline -opc)[2..]
    # Behind it stands another program.
    test "$word" = --; and return 1
    contains -- "$here $word" ${nodes
      .slice(1)
      .map(({ path }) => fishQuoted(path))
      .join(' ')}; and set here "$here $word"
  end
  test "$here" = "$argv[1]"
end
function __${name}_behind
  contains -- -- (commandline -opc)
end
function __${name}_other
  set -l words (commandline -opc)
  set -l at (contains -i -- -- $words)
  complete -C (string join ' ' -- $words[(math $at + 1)..] (commandline -ct))
end
complete -c ${name} -n __${name}_behind -f -a '(__${name}_other)'
${lines.join('\n')}
`;
}
