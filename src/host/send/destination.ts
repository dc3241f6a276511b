// Where objects are sent: the address that a user gives, and what every kind of archive can do.

import { UsageError } from "../errors"
import { logText, nameText } from "../log/log-text"
import type { SendObject } from "./send-object"

/** Whether an archive has an object; `unknown` when it does not answer queries. */
export type Found = "found" | "missing" | "unknown"

/** An archive (PACS). Its functions throw SendError. */
export interface Archive {
    /** Whether it can be reached, before megabytes are sent. */
    check(signal: AbortSignal): Promise<void>
    store(object: SendObject, signal: AbortSignal): Promise<void>
    find(object: SendObject, signal: AbortSignal): Promise<Found>
}

/** `http(s)://HOST…/dicom-web`: DICOMweb; `dicom://AE@HOST:PORT`: DIMSE. */
export type Address =
    | { readonly kind: "web"; readonly to: string; readonly url: URL }
    | {
          readonly kind: "dimse"
          readonly to: string
          readonly ae: string
          readonly host: string
          readonly port: number
      }

const ALLOWED = "give http(s)://HOST…/dicom-web or dicom://AE@HOST:PORT"
/** PS3.5, table 6.2-1: at most 16 characters, no backslash. */
const AE_TITLE = /^[\x21-\x5b\x5d-\x7e]([\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?$/

/** @throws UsageError */
export function parseAddress(text: string): Address {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (/^\s*dicom:/i.test(text)) return dimseAddress(text, url)
    if (url?.protocol !== "http:" && url?.protocol !== "https:")
        throw new UsageError(
            `--to "${logText(withoutPassword(text))}" is no address of an archive; ${ALLOWED}.`
        )
    if (url.username !== "" || url.password !== "")
        throw new UsageError(
            `--to holds a user or a password, which other users of this computer can see; put them into the settings file.`
        )
    if (url.search !== "" || url.hash !== "")
        throw new UsageError(`--to has a "?" or a "#"; give the address up to /dicom-web.`)
    const to = url.href.replace(/\/+$/, "")
    return { kind: "web", to, url: new URL(to) }
}

function dimseAddress(text: string, url: URL | undefined): Address {
    const ae = aeTitleOf(url)
    const port = Number(url?.port)
    const isUsable = url !== undefined && url.hostname !== "" && url.password === ""
    if (!isUsable || ae === undefined || port === 0)
        throw new UsageError(
            // The AE title is no secret, and may be what is wrong.
            `--to "${nameText(withoutPassword(text))}" is no address of an archive; give dicom://AE@HOST:PORT, with an AE title of 1 to 16 characters and a port from 1 to 65535.`
        )
    const host = url.hostname
    return { kind: "dimse", to: `dicom://${url.username}@${host}:${port}`, ae, host, port }
}

function aeTitleOf(url: URL | undefined): string | undefined {
    try {
        const ae = decodeURIComponent(url?.username ?? "")
        return AE_TITLE.test(ae) ? ae : undefined
    } catch {
        return undefined
    }
}

/** For messages. */
function withoutPassword(text: string): string {
    return text.replace(/(:\/\/[^:@/]*):.*@/s, "$1:…@")
}
