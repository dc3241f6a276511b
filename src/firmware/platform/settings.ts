// The settings that are kept on the board: link, host, catheter of an un0rick, calibration.

import { actionReport } from "@devicescript/core"
import { readSetting, settings } from "@devicescript/settings"
import { KEY_LENGTH, LINK_INSECURE_SETTING, LINK_KEY_SETTING } from "../../shared/protocol/session"
import { GOOD, REJECT_HOST_SETTING, sentenceOf } from "../../shared/codes"
import { HOST_SETTING, hostSettingIsValid } from "../../shared/host-setting"
import {
    UN0RICK_DAC_SETTING,
    UN0RICK_SETTING,
    UN_DAC_VOLTS_DEFAULT,
} from "../../shared/devices/un0rick"

/** The host if none is set; the port is the host's default. */
const DEFAULT_HOST = { name: "192.168.4.2", port: 7316, tls: false }

const KEY_CALIBRATION = "calibration"

/** How the link connects to its host and authenticates it. */
export interface LinkSettings {
    /** Name or address of the host. */
    name: string
    port: number
    /** TLS below the link. The host's certificate must be signed by an authority that the runtime trusts. */
    tls: boolean
    /** Key shared with the host, 32 bytes; empty if there is none. */
    key: Buffer
    /** Allows a session without a key, for a lab bench only. */
    insecure: boolean
    /** Code of codes.ts of what is wrong with the settings, or GOOD. */
    reason: number
}

/** The key as `ivus pair` stores it: 64 hex digits. */
async function linkKey(): Promise<Buffer> {
    const text = await readSetting(LINK_KEY_SETTING, "")
    if (typeof text === "string" && text.length === 2 * KEY_LENGTH) {
        const key = Buffer.from(text, "hex")
        if (key.length === KEY_LENGTH) return key
    }
    if (text !== "") console.error("the link key is damaged; pair again")
    return Buffer.alloc(0)
}

export async function linkSettings(): Promise<LinkSettings> {
    let host = await readSetting(HOST_SETTING, DEFAULT_HOST)
    let reason = GOOD
    if (!hostSettingIsValid(host)) {
        reason = REJECT_HOST_SETTING
        console.error(sentenceOf(reason))
        host = DEFAULT_HOST
    }
    return {
        name: host.name,
        port: host.port,
        tls: host.tls === true,
        key: await linkKey(),
        insecure: (await readSetting(LINK_INSECURE_SETTING, false)) === true,
        reason,
    }
}

/** Id of the catheter that is wired to the un0rick of this board; empty if not set. */
export async function un0rickCatheter(): Promise<string> {
    const id = await readSetting(UN0RICK_SETTING, "")
    return typeof id === "string" ? id : ""
}

/** Volts at code 1024 of the un0rick's gain DAC, as measured on this board; anything but a number is refused with the gain. */
export async function un0rickDacVolts(): Promise<number> {
    return await readSetting(UN0RICK_DAC_SETTING, UN_DAC_VOLTS_DEFAULT)
}

/** The stored calibration record; length 0 if there is none. */
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
