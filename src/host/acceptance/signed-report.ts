// Signs the report of an acceptance, so that a later change of the file is found.

import {
    createPrivateKey,
    createPublicKey,
    generateKeyPairSync,
    type KeyObject,
    sign,
    verify,
} from "node:crypto"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import * as v from "valibot"
import { configPath } from "../config-path"
import { RunError } from "../errors"
import type { AcceptanceReport } from "./acceptance-report"

/** `IVUS_SIGNING_KEY`, or `ivus-cart/signing-key.pem` in the user's configuration folder. */
function keyFile(env: NodeJS.ProcessEnv = process.env): string {
    return env.IVUS_SIGNING_KEY ?? configPath("signing-key.pem", env)
}

const SIGNED = v.object({
    report: v.record(v.string(), v.unknown()),
    signature: v.object({
        algorithm: v.literal("ed25519"),
        public_key: v.string(),
        value: v.string(),
    }),
})

const bytesOf = (report: object): Buffer => Buffer.from(JSON.stringify(report))

/** The SPKI of the public key, in base64: the same for all reports of this host. */
function publicText(key: KeyObject): string {
    return createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64")
}

/** @returns the file: the report, and its Ed25519 signature (RFC 8032) over the report as JSON without spaces */
export function signedText(report: AcceptanceReport): string {
    const key = signingKey()
    const signature = {
        algorithm: "ed25519",
        public_key: publicText(key),
        value: sign(null, bytesOf(report), key).toString("base64"),
    }
    return `${JSON.stringify({ report, signature }, null, 2)}\n`
}

/** Who has signed a report. */
export interface Verified {
    readonly publicKey: string
    /** Whether it is the key of this host. */
    readonly isOwn: boolean
    readonly report: Readonly<Record<string, unknown>>
}

/** @throws RunError when the file is no report, or was changed after it was signed */
export function verified(file: string): Verified {
    let text: string
    try {
        text = readFileSync(file, "utf8")
    } catch (error) {
        throw new RunError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`)
    }
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SIGNED), text)
    if (!parsed.success) throw new RunError(`${file} is not the signed report of an acceptance.`)
    const { report, signature } = parsed.output
    if (!isRight(report, signature))
        throw new RunError(
            `${file} was changed after it was signed; use the original, or repeat the acceptance.`
        )
    const isOwn = existsSync(keyFile()) && publicText(signingKey()) === signature.public_key
    return { publicKey: signature.public_key, isOwn, report }
}

function isRight(report: object, signature: v.InferOutput<typeof SIGNED>["signature"]): boolean {
    try {
        const key = createPublicKey({
            ...{ key: Buffer.from(signature.public_key, "base64"), type: "spki", format: "der" },
        })
        return verify(null, bytesOf(report), key, Buffer.from(signature.value, "base64"))
    } catch {
        // Not a key.
        return false
    }
}

/** The key of this host, made when there is none. @throws RunError when it cannot be read or written */
function signingKey(): KeyObject {
    const file = keyFile()
    try {
        if (existsSync(file)) return createPrivateKey(readFileSync(file))
        const { privateKey } = generateKeyPairSync("ed25519")
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), {
            ...{ mode: 0o600, flag: "wx" },
        })
        return privateKey
    } catch (error) {
        throw new RunError(
            `The signing key ${file} cannot be used (${(error as NodeJS.ErrnoException).code ?? "not a key"}); name another with IVUS_SIGNING_KEY.`
        )
    }
}
