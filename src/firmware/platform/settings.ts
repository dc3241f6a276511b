// Responsible for: what is set on the board and outlives a restart.
// Not for: calibration of the sled.

import { readSetting } from "@devicescript/settings"

/** Where the host listens when nothing was set: the host's own default port. */
const DEFAULT_HOST = { name: "192.168.4.2", port: 7316 }

const KEY_HOST = "host"

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
