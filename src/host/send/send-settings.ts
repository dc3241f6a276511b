// The settings file of `ivus send`: passwords, tokens and certificates by destination, readable by this user only.

import { X509Certificate } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { createSecureContext, type SecureContextOptions } from "node:tls"
import * as v from "valibot"
import { configPath } from "../config-path"
import { diskReason } from "../disk-reason"
import { UsageError } from "../errors"
import { nameText } from "../log/log-text"
import { type Address, parseAddress } from "./destination"
import { parseJson } from "../json-text"

const TEXT = v.pipe(v.string(), v.minLength(1))

const DESTINATION = v.strictObject({
    /** The address as in `--to`. */
    to: TEXT,
    /** A short name for `--to`. */
    name: v.optional(TEXT),
    user: v.optional(TEXT),
    password: v.optional(TEXT),
    /** A bearer token, in place of user and password. */
    token: v.optional(TEXT),
    /** PEM files, from the folder of the settings file. */
    ca: v.optional(TEXT),
    cert: v.optional(TEXT),
    key: v.optional(TEXT),
    /** Of a `dicom://` address. */
    tls: v.optional(v.boolean()),
    calling_ae: v.optional(TEXT),
    /** Whether a password may be sent to another computer without TLS. */
    allow_unencrypted: v.optional(v.boolean()),
})
const SETTINGS = v.strictObject({ destinations: v.array(DESTINATION) })

/** The AE title by which an archive knows this program. */
export const CALLING_AE = "IVUS-CART"

export interface Tls {
    readonly ca?: Buffer
    readonly cert?: Buffer
    readonly key?: Buffer
}

/** A destination with all that is needed to reach it. */
export interface Destination {
    readonly address: Address
    /** Of HTTP. */
    readonly authorization?: string
    /** Undefined for no TLS. */
    readonly tls?: Tls
    readonly callingAe: string
    /** The settings file, for messages. */
    readonly settings: string
}

/** `IVUS_SEND`, or `ivus-cart/send.json` in the user's configuration folder. */
export function settingsPath(env: NodeJS.ProcessEnv = process.env): string {
    return env.IVUS_SEND ?? configPath("send.json", env)
}

/**
 * @param to an address, or a name in the settings file
 * @param path the settings file; it may be missing
 * @throws UsageError
 */
export function destinationOf(to: string, path: string): Destination {
    const file = nameText(path)
    const all = readSettings(path, file)
    const named = all.find(({ name }) => name === to)
    const address = parseAddress(named?.to ?? to)
    const own = named ?? all.find(known => parseAddress(known.to).to === address.to)
    const { token, user, password, calling_ae: callingAe = CALLING_AE } = own ?? {}
    const authorization = authorizationOf(own)
    if (address.kind === "dimse" && (token ?? user ?? password) !== undefined)
        throw new UsageError(
            `In ${file}, ${address.to} has a password or a token, which dicom:// addresses do not use; leave them out.`
        )
    if (authorization !== undefined && isOpen(address) && own?.allow_unencrypted !== true)
        throw new UsageError(
            `The password would be sent to ${address.to} without encryption; use https://, or set "allow_unencrypted": true in ${file}.`
        )
    const tls = hasTls(address, own?.tls) ? tlsOf(own ?? {}, path) : undefined
    return {
        ...{ address, callingAe, settings: file },
        ...(authorization !== undefined && { authorization }),
        ...(tls && { tls }),
    }
}

type Known = v.InferOutput<typeof DESTINATION>

function readSettings(path: string, file: string): readonly Known[] {
    let text: string
    try {
        if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0)
            throw new UsageError(
                `The settings file ${file} can be read by others; "chmod 600" it, and change its passwords if somebody has read them.`
            )
        text = readFileSync(path, "utf8")
    } catch (error) {
        if (error instanceof UsageError) throw error
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return []
        throw new UsageError(
            `The settings file ${file} cannot be read (${diskReason(error)}); correct it or remove it.`
        )
    }
    const result = v.safeParse(SETTINGS, parsed(text))
    if (!result.success) {
        // A value may be a password, so only its place is told.
        const place = v.getDotPath(result.issues[0])
        throw new UsageError(
            `The settings file ${file} is not as its README says${place === null ? "" : ` at ${nameText(place)}`}; correct it.`
        )
    }
    return result.output.destinations
}

function parsed(text: string): unknown {
    try {
        return parseJson(text)
    } catch {
        return undefined
    }
}

function authorizationOf(own: Known | undefined): string | undefined {
    if (own?.token !== undefined) return `Bearer ${own.token}`
    if (own?.user === undefined && own?.password === undefined) return undefined
    const pair = `${own.user ?? ""}:${own.password ?? ""}`
    return `Basic ${Buffer.from(pair, "utf8").toString("base64")}`
}

/** Whether others on the network can read what is sent. */
function isOpen(address: Address): boolean {
    if (address.kind !== "web" || address.url.protocol === "https:") return false
    return !/^(localhost|127\.[\d.]+|\[::1\])$/.test(address.url.hostname)
}

function hasTls(address: Address, asked = false): boolean {
    return address.kind === "web" ? address.url.protocol === "https:" : asked
}

function tlsOf(own: Pick<Known, "ca" | "cert" | "key">, path: string): Tls {
    const pem = (name: "ca" | "cert" | "key"): { readonly [key: string]: Buffer } => {
        const file = own[name]
        if (file === undefined) return {}
        try {
            return { [name]: readFileSync(resolve(dirname(path), file)) }
        } catch (error) {
            throw new UsageError(
                `The file "${nameText(file)}" of "${name}" in ${nameText(path)} cannot be read (${diskReason(error)}).`
            )
        }
    }
    const tls = { ...pem("ca"), ...pem("cert"), ...pem("key") }
    checkTls(tls, nameText(path))
    return tls
}

/**
 * Before anything is sent: Node.js ignores a `ca` without certificates, and ends with an internal error for the others.
 * @throws UsageError
 */
function checkTls({ ca, cert, key }: Tls, file: string): void {
    const refuse = (name: string, what: string): UsageError =>
        new UsageError(`The PEM file of "${name}" in ${file} ${what}; name the right file.`)
    const isUsable = (context: SecureContextOptions): boolean => {
        try {
            if (context.ca) new X509Certificate(context.ca as Buffer)
            createSecureContext(context)
            return true
        } catch {
            return false
        }
    }
    if (ca && !isUsable({ ca })) throw refuse("ca", "holds no certificate")
    if (cert && !isUsable({ cert })) throw refuse("cert", "holds no certificate")
    if (key && !isUsable({ key }))
        throw refuse("key", "holds no key that can be read without a password")
    if ((cert === undefined) !== (key === undefined))
        throw refuse(cert ? "key" : "cert", "is missing, and the two go together")
    if (cert && key && !isUsable({ cert, key }))
        throw refuse("key", 'does not belong to that of "cert"')
}
