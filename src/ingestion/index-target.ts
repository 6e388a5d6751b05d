/** Which content of a document is indexed, and by whom. */
export interface IndexTarget {
  /** An attempt at content that is not searchable yet, or the searchable one made anew with other settings. */
  readonly kind: 'attempt' | 'reindex'
  readonly workspaceId: string
  readonly documentId: string
  readonly version: number
  /** `document.fence`, as it was claimed or read: whoever claims the document later makes this void. */
  readonly fence: number
  /** Whose entry is settled with it; null where nobody follows. */
  readonly ingestionId: string | null
}
