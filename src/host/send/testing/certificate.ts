// A certificate for 127.0.0.1 and its key, made by openssl for a test; undefined where openssl is missing.

import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface Certificate {
    readonly cert: Buffer
    readonly key: Buffer
}

export function selfSigned(): Certificate | undefined {
    const folder = mkdtempSync(join(tmpdir(), "ivus-send-tls-"))
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")]
    try {
        const { status } = spawnSync("openssl", [
            ...["req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"],
            ...["-pkeyopt", "ec_paramgen_curve:prime256v1"],
            ...["-subj", "/CN=archive", "-addext", "subjectAltName=IP:127.0.0.1"],
            ...["-keyout", key, "-out", cert],
        ])
        return status === 0 ? { cert: readFileSync(cert), key: readFileSync(key) } : undefined
    } finally {
        rmSync(folder, { recursive: true, force: true })
    }
}
