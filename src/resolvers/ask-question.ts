import type { Run } from '../generated/prisma/client.ts'
import { activeTraceId } from '../telemetry/tracing.ts'
import { type AskQuestionInput, parseAsk } from './ask-input.ts'
import type { Context } from './context.ts'

/** Waits for the run that chatStream would stream; the run itself does not depend on who waits. */
export async function askQuestion(
  { input }: { readonly input: AskQuestionInput },
  { caller, services, signal }: Context,
): Promise<Run> {
  const run = await services.runs.start(caller, parseAsk(input), activeTraceId())
  return services.runs.wait(caller, run.id, signal)
}
