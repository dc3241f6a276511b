// Responsible for: what is set on the board and outlives a restart.
// Not for: what a calibration means (wire/calibration.ts).

import { actionReport } from "@devicescript/core"
import { readSetting, settings } from "@devicescript/settings"

/** Where the host listens when nothing was set: the host's own default port. */
const DEFAULT_HOST = { name: "192.168.4.2", port: 7316 }

const KEY_HOST = "host"
const KEY_CALIBRATION = "calibration"

/** Name or address and port of the host processing core. */
export async function hostAddress(): Promise<{ name: string; port: number }> {
    const set = await readSetting(KEY_HOST, DEFAULT_HOST)
    const good =
        typeof set.name === "string" &&
        set.name.length > 0 &&
        typeof set.port === "number" &&
        set.port >= 1 &&
        set.port <= 65535
    if (good) return set
    console.error("the host setting is damaged; using the default")
    return DEFAULT_HOST
}

/** The stored calibration record, of length 0 when there is none. */
export async function readCalibrationRecord(): Promise<Buffer> {
    const packet = await actionReport(
        settings,
        "get",
        async () => await settings.get(KEY_CALIBRATION),
        p => p.decode()[0] === KEY_CALIBRATION
    )
    const record: Buffer = packet.decode()[1]
    return record ? record : Buffer.alloc(0)
}

export async function writeCalibrationRecord(record: Buffer): Promise<void> {
    await settings.set(KEY_CALIBRATION, record)
}
