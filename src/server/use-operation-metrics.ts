import type { ExecutionArgs } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Metrics } from '../telemetry/metrics.ts'
import { outcomeOf, outcomeOfError } from './outcome.ts'
import { labelOperation } from './root-field.ts'

type OperationDuration = Pick<Metrics, 'operationDuration'>

/** Times an operation; a subscription until its stream was set up. */
export function timedOperation(metrics: OperationDuration) {
  return <Args extends ExecutionArgs>(run: (args: Args) => unknown) =>
    async (args: Args) => {
      const stop = metrics.operationDuration.startTimer()
      const { type, field } = labelOperation(args.document, args.operationName)
      const observe = (outcome: string) => stop({ operation_type: type, operation: field, outcome })
      try {
        const result = await run(args)
        observe(outcomeOf(result))
        return result
      } catch (error) {
        observe(outcomeOfError(error))
        throw error
      }
    }
}

/** Times every operation. Refused documents count, too. */
export function useOperationMetrics(metrics: OperationDuration): Plugin {
  const timed = timedOperation(metrics)
  const refused = (error: unknown) => {
    const labels = { operation_type: 'unknown', operation: 'unknown', outcome: outcomeOfError(error) }
    metrics.operationDuration.observe(labels, 0)
  }
  return {
    onParse() {
      return ({ result }) => {
        if (result instanceof Error) refused(result)
      }
    },
    onValidate() {
      return ({ valid, result }) => {
        if (!valid) refused(result[0])
      }
    },
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(timed(executeFn))
    },
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn(timed(subscribeFn))
    },
  }
}
