// Changes the record of a run on its disk: one program at a time, and from what is there.

import { join } from "node:path"
import { changeFile, FileLocked, STALE_MS } from "./locked-file"
import { readRecord } from "./record-schema"
import { RECORD_NAME, recordText, type RunRecord } from "./run-record"

export { FileLocked as RecordLocked, STALE_MS }

/**
 * @param change gets the record on the disk, and returns the new one
 * @throws RecordLocked; RecordError when the record cannot be used; what `change` throws; an error of the disk
 */
export function changeRecord(folder: string, change: (record: RunRecord) => RunRecord): RunRecord {
    let record: RunRecord | undefined
    changeFile(join(folder, RECORD_NAME), () => {
        record = change(readRecord(folder))
        return recordText(record)
    })
    return record!
}
