-- A fork that is asked for once more, because its answer got lost, is found by the id of its request.
ALTER TABLE "conversation" ADD COLUMN "request_id" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "conversation_workspace_id_request_id_key" ON "conversation"("workspace_id", "request_id");
