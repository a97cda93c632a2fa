import { type CompletionNode, nameOf, valueCases, withAllBelow } from './completion-tree.ts';
import { quoted } from './shell-quote.ts';

/** A completion function for zsh 5 and newer, with what each word is for. Behind `--` stands another program. */
export function zshScript(root: CompletionNode): string {
  const nodes = withAllBelow(root);
  const paths = nodes.slice(1).map(({ path }) => quoted(path));
  const values = valueCases(nodes, (known) =>
    known.length > 0 ? `compadd -- ${known.map(quoted).join(' ')}` : '_files',
  );
  const cases = nodes.map(({ path, options, words, children, files }) => {
    const named = options.flatMap(({ names, summary }) => names.map((name) => described(name, summary)));
    const others = [...children.map((child) => described(nameOf(child), child.summary)), ...words.map(quoted)];
    return `    ${quoted(path)}) options=(${named.join(' ')}) words_here=(${others.join(' ')}) files=${files ? 1 : 0} ;;`;
  });
  return `#compdef ${root.path}
# made by "${root.path} completions zsh"
_${root.path}() {
  local here=${root.path} files=0 i
  local -a options words_here
  for ((i = 2; i < CURRENT; i++)); do
    if [[ $words[i] == -- ]]; then
      shift $i words
      (( CURRENT -= i ))
      _normal
      return
    fi
    case "$here $words[i]" in
    ${paths.join('|')}) here="$here $words[i]" ;;
    esac
  done
  case "$here $words[CURRENT-1]" in
${values}
  esac
  case $here in
${cases.join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe -o option options
  else
    (( $#words_here )) && _describe word words_here
    (( files )) && _files
  fi
}
if [[ $funcstack[1] == _${root.path} ]]; then
  _${root.path} "$@"
else
  compdef _${root.path} ${root.path}
fi
`;
}

/** A word and what it is for, as `_describe` takes them: a colon between, those within escaped. */
function described(name: string, summary: string): string {
  return quoted(`${name}:${summary.replaceAll(':', '\\:')}`);
}
