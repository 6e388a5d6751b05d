/**
 * How many events of a run a crash of the server can take from the end of its log: commits of deltas are not waited
 * for. The WAL writer flushes them within 0.6 s, and the renewal of the lease, which is waited for, does each second;
 * there are at most 50 of them a second.
 */
export const mayBeLost = 64
