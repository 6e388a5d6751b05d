/** For vi.waitFor: its own limit is a second, which one of two cores under load may exceed. */
export const patience = { timeout: 25_000 } as const
