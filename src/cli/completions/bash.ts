import { type CompletionNode, nameOf, valueCases, withAllBelow } from './completion-tree.ts';
import { quoted } from './shell-quote.ts';

/**
 * A completion script for bash 4 and newer. Where there is nothing to propose, bash proposes files by itself (`-o default`);
 * behind `--` stands another program.
 */
export function bashScript(root: CompletionNode): string {
  const nodes = withAllBelow(root);
  const paths = nodes.slice(1).map(({ path }) => quoted(path));
  const values = valueCases(nodes, (known) => `COMPREPLY=($(compgen -W ${quoted(known.join(' '))} -- "$cur"))`);
  const words = nodes.map(({ path, options, words: fixed, children }) => {
    const names = options.flatMap((option) => option.names).join(' ');
    const others = [...children.map(nameOf), ...fixed].join(' ');
    return `    ${quoted(path)}) options=${quoted(names)} words=${quoted(others)} ;;`;
  });
  return `# bash completion for ${root.path}; made by "${root.path} completions bash"
_${root.path}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path=${root.path} options= words= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} == -- ]]; then
      if ((i == COMP_CWORD - 1)); then COMPREPLY=($(compgen -c -- "$cur")); fi
      return
    fi
    case "$path \${COMP_WORDS[i]}" in
    ${paths.join('|')}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path $prev" in
${values}
  esac
  case $path in
${words.join('\n')}
  esac
  if [[ $cur == -* ]]; then words=$options; fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _${root.path} ${root.path}
`;
}
