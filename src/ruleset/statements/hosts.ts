/** What is no agent's own output: hosts, scripts, workers, and unknown programs. */
export const HOSTS: ReadonlySet<string> = new Set([
  'host',
  'any',
  'generic',
  'python-worker',
  'langchain',
  'crewai',
  'autogen',
  'langgraph',
]);
