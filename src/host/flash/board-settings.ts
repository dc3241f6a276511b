// Parses the settings file: the settings for a board's image, and Wi-Fi credentials apart from them.

import { hostSettingIsValid, HOST_SETTING } from "../../shared/host-setting"
import { KEY_LENGTH, LINK_INSECURE_SETTING, LINK_KEY_SETTING } from "../../shared/protocol/session"
import { UsageError } from "../errors"
import { parseJson } from "../json-text"

export interface ImageSettings {
    /** As DeviceScript's tools read them: a value is any JSON, by name. */
    readonly values: ReadonlyMap<string, unknown>
    readonly wifi: { readonly ssid: string; readonly password: string } | undefined
}

const SSID = "WIFI_SSID"
const PASSWORD = "WIFI_PWD"
/** Names that the runtime's settings store accepts (jacdac-c, services/settings.c). */
const NAME = /^[!"$-<>-~]{1,14}$/
/** IEEE 802.11: length of a network name and of a passphrase, bytes. */
const SSID_BYTES = 32
const PASSWORD_BYTES = { min: 8, max: 63 }

/**
 * @param text of the file
 * @param file its name, for error messages
 * @throws UsageError, which never contains a value
 */
export function parseSettings(text: string, file: string): ImageSettings {
    const values = new Map<string, unknown>()
    text.split(/\r?\n/).forEach((line, i) => {
        if (/^\s*(#|$)/.test(line)) return
        const where = `Line ${i + 1} of the settings ${file}`
        const [, name, value] = /^\s*([^=]*?)\s*=(.*)$/s.exec(line) ?? []
        if (name === undefined || value === undefined)
            throw new UsageError(`${where} is not a setting; write it as name=JSON.`)
        if (!NAME.test(name))
            throw new UsageError(
                `${where} has a name that the board cannot store; use 1 to 14 letters without spaces.`
            )
        values.set(name, valueOf(value.trim(), `${where} (${name})`))
    })
    const host = values.get(HOST_SETTING)
    if (host !== undefined && !hostSettingIsValid(host))
        throw new UsageError(
            `The setting ${HOST_SETTING} of ${file} is not usable; write ${HOST_SETTING}={"name":"192.168.1.10","port":7316} with the name or address of your host, and its port.`
        )
    checkLink(values, file)
    const wifi = wifiOf(values, file)
    values.delete(SSID)
    values.delete(PASSWORD)
    return { values, wifi }
}

/** What the firmware takes (src/firmware/platform/settings.ts): it would drop any other key, and refuse every host. */
function checkLink(values: ReadonlyMap<string, unknown>, file: string): void {
    const key = values.get(LINK_KEY_SETTING) ?? ""
    const isKey = typeof key === "string" && /^[0-9a-f]*$/i.test(key)
    if (!isKey || (key.length !== 2 * KEY_LENGTH && key !== ""))
        throw new UsageError(
            `The setting ${LINK_KEY_SETTING} of ${file} is not usable; remove it, and give --key with the id of a board that \`ivus pair\` made a key for.`
        )
    const insecure = values.get(LINK_INSECURE_SETTING) ?? false
    if (typeof insecure !== "boolean")
        throw new UsageError(
            `The setting ${LINK_INSECURE_SETTING} of ${file} is not usable; write true or false.`
        )
}

/**
 * The value as JSON; other text is taken literally, as DeviceScript's tools do, unless it has a #, which they cut off.
 */
function valueOf(text: string, where: string): unknown {
    if (text === "") throw new UsageError(`${where} is empty; write name=JSON.`)
    try {
        return parseJson(text)
    } catch {
        if (!/[#"{[]/.test(text)) return text
        throw new UsageError(
            `${where} is not valid JSON; put text in quotes, and comments on separate lines.`
        )
    }
}

function wifiOf(values: ReadonlyMap<string, unknown>, file: string): ImageSettings["wifi"] {
    const [ssid, password] = [SSID, PASSWORD].map(name => values.get(name))
    if (ssid === undefined && password === undefined) return undefined
    if (ssid === undefined)
        throw new UsageError(
            `The settings ${file} have ${PASSWORD} but no ${SSID}; give both, or ${SSID} alone for an open network.`
        )
    // A password of digits only, without quotes, is parsed as a number but meant as text.
    const wifi = { ssid: String(ssid), password: String(password ?? "") }
    check(SSID, wifi.ssid, 1, SSID_BYTES, file)
    if (wifi.password !== "")
        check(PASSWORD, wifi.password, PASSWORD_BYTES.min, PASSWORD_BYTES.max, file)
    return wifi
}

function check(name: string, text: string, min: number, max: number, file: string): void {
    const length = Buffer.byteLength(text)
    if (length >= min && length <= max && !text.includes("\0")) return
    throw new UsageError(
        `${name} of the settings ${file} is ${length} bytes long; ${min} to ${max} are allowed.`
    )
}
