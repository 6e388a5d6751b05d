import { type BaseCheckpointSaver, END, START, StateGraph } from '@langchain/langgraph'
import { type GraphWork, graphNode, type NodeDependencies } from './node.ts'
import { condense } from './nodes/condense.ts'
import { generate } from './nodes/generate.ts'
import { retrieve } from './nodes/retrieve.ts'
import { validate } from './nodes/validate.ts'
import { RunState } from './state.ts'

/**
 * condense → retrieve → generate → validate, and round once more where validation withdrew the draft. Compiled for
 * each run (0.1 ms): its checkpoints are written under the run's lease.
 */
export function compileWorkflow(
  dependencies: NodeDependencies,
  work: GraphWork,
  checkpointer: BaseCheckpointSaver,
  signal: AbortSignal,
) {
  return new StateGraph(RunState)
    .addNode('condense', graphNode('condense', work, signal, condense(dependencies)))
    .addNode('retrieve', graphNode('retrieve', work, signal, retrieve(dependencies)))
    .addNode('generate', graphNode('generate', work, signal, generate(dependencies)))
    .addNode('validate', graphNode('validate', work, signal, validate(dependencies)))
    .addEdge(START, 'condense')
    .addEdge('condense', 'retrieve')
    .addEdge('retrieve', 'generate')
    .addEdge('generate', 'validate')
    .addConditionalEdges('validate', ({ approval }) => (approval ? END : 'generate'), [END, 'generate'])
    .compile({ checkpointer })
}
