import type { Database } from '../db/database.ts'

/** A run's status as it was committed, in the order in which those of one conversation were. */
export interface StatusChange {
  readonly id: number
  readonly run_id: string
  readonly conversation_id: string
  readonly status: string
  readonly question: string
}

/** Has the database itself write down every status that a run gets. */
export async function auditStatuses({ pool }: Database): Promise<void> {
  await pool.query(`CREATE TABLE status_audit (id serial PRIMARY KEY, run_id uuid, conversation_id uuid, status text,
    question text)`)
  await pool.query(`CREATE FUNCTION audit_status() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO status_audit (run_id, conversation_id, status, question)
    VALUES (NEW.id, NEW.conversation_id, NEW.status, NEW.question);
    RETURN NULL; END $$`)
  await pool.query(
    `CREATE TRIGGER audit_insert AFTER INSERT ON run FOR EACH ROW EXECUTE FUNCTION audit_status()`,
  )
  await pool.query(`CREATE TRIGGER audit_update AFTER UPDATE ON run FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION audit_status()`)
}

export async function readAudit({ pool }: Database): Promise<StatusChange[]> {
  return (await pool.query<StatusChange>('SELECT * FROM status_audit ORDER BY id')).rows
}

/** The last change so far. */
export async function auditNow({ pool }: Database): Promise<number> {
  const { rows } = await pool.query<{ id: number }>('SELECT coalesce(max(id), 0) AS id FROM status_audit')
  return rows[0]?.id ?? 0
}
