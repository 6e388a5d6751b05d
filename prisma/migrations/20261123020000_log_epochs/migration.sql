-- What tells two lives of the database server apart, as of when the run's log was last known to be whole. Null for
-- runs from before, whose logs count as whole.
ALTER TABLE "run" ADD COLUMN "log_epoch" TIMESTAMPTZ(6);
