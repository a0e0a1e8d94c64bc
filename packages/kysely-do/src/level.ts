import type { DurableObjectStorageLike } from './storage.ts'

/** One of the platform's transactions that is held open: the whole of one of ours, or a savepoint. */
export interface Level {
  /** Ends it; every level that was opened inside it has to be closed before. */
  readonly close: (outcome: 'commit' | 'rollback') => Promise<void>
}

/**
 * Opens a transaction of the platform and holds it open: `storage.transaction()` ends with the
 * promise that its closure returns, and that promise waits for `close`. Inside an open one, the
 * platform makes a savepoint of it.
 *
 * @param storage The object's storage
 * @param onOpen Called at the moment at which it is open
 * @param onClosed Called when it has ended, whatever the outcome
 * @returns The open level; what awaits this promise goes on inside of it
 */
export function openLevel(
  storage: DurableObjectStorageLike,
  onOpen: () => void = () => {},
  onClosed: () => void = () => {},
): Promise<Level> {
  return new Promise((resolve, reject) => {
    const ended = storage.transaction((transaction) => {
      onOpen()
      return new Promise<void>((end) => {
        resolve({
          close: (outcome) => {
            if (outcome === 'rollback') transaction.rollback()
            end()
            return ended
          },
        })
      })
    })
    ended.then(onClosed, (error: unknown) => {
      onClosed()
      reject(error)
    })
  })
}
