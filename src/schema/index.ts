import { builder } from './builder.ts'
import './chat-event.ts'
import './chat-stream.ts'
import './chunk.ts'
import './collection.ts'
import './conversation.ts'
import './date-time.ts'
import './document.ts'
import './embedding-comparison.ts'
import './embedding-migration.ts'
import './file.ts'
import './ingest-documents.ts'
import './ingestion.ts'
import './json.ts'
import './node.ts'
import './retrieval.ts'
import './run.ts'
import './viewer.ts'

builder.queryType()
builder.mutationType()
builder.subscriptionType()

/** The contract, executable. */
export const schema = builder.toSchema()
