import { type BaseCheckpointSaver, END, START, StateGraph } from '@langchain/langgraph'
import { graphNode, type NodeDependencies } from './node.ts'
import { condense } from './nodes/condense.ts'
import { generate } from './nodes/generate.ts'
import { retrieve } from './nodes/retrieve.ts'
import { validate } from './nodes/validate.ts'
import { RunState } from './state.ts'

/**
 * condense → retrieve → generate → validate, and round once more where validation withdrew the draft. One for all
 * runs: what is of one run comes with the call (GraphRun).
 */
export function compileWorkflow(dependencies: NodeDependencies, checkpointer: BaseCheckpointSaver) {
  return new StateGraph(RunState)
    .addNode('condense', graphNode('condense', condense(dependencies)))
    .addNode('retrieve', graphNode('retrieve', retrieve(dependencies)))
    .addNode('generate', graphNode('generate', generate(dependencies)))
    .addNode('validate', graphNode('validate', validate(dependencies)))
    .addEdge(START, 'condense')
    .addEdge('condense', 'retrieve')
    .addEdge('retrieve', 'generate')
    .addEdge('generate', 'validate')
    .addConditionalEdges('validate', ({ approval }) => (approval ? END : 'generate'), [END, 'generate'])
    .compile({ checkpointer })
}
