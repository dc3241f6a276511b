// Why something could not be sent, and what follows from it.

/**
 * - `away`: the archive does not answer now; the same may succeed later.
 * - `setup`: address, certificate, password or AE title; it fails until a person corrects it.
 * - `refused`: the archive does not take this object; others may pass.
 */
export type SendFailure = "away" | "setup" | "refused"

/** The message is one sentence without its end: what was wrong, and what to do. */
export class SendError extends Error {
    constructor(
        readonly failure: SendFailure,
        message: string
    ) {
        super(message)
    }
}

/** Codes of the system, in words; each may pass. */
const AWAY: Readonly<Record<string, string>> = {
    ECONNREFUSED: "the connection was refused",
    ECONNRESET: "the connection broke",
    EPIPE: "the connection broke",
    ETIMEDOUT: "no answer in time",
    EHOSTUNREACH: "it cannot be reached",
    ENETUNREACH: "there is no network",
    EAI_AGAIN: "its name cannot be looked up now",
}

/** What TLS says of a certificate (Node.js, OpenSSL). */
const CERTIFICATE = /certificate|altnames|CERT_|unable to get .* issuer/i
const NO_TLS = /wrong version number|packet length too long|EPROTO/

/**
 * @param where the host and port that were tried
 * @param error of a socket; some packages keep only its message
 */
export function networkError(where: string, error: Error): SendError {
    const code = (error as NodeJS.ErrnoException).code ?? ""
    const text = `${code} ${error.message}`
    if (/ENOTFOUND/.test(text))
        return new SendError("setup", `There is no host ${where}; correct the address`)
    if (CERTIFICATE.test(text))
        return new SendError(
            "setup",
            `The certificate of ${where} is not trusted (${certificateText(text)}); set "ca" of this destination in the settings file to the certificate that signed it`
        )
    if (NO_TLS.test(text))
        return new SendError(
            "setup",
            `${where} does not speak TLS at this port; correct the address or the port`
        )
    const known = Object.keys(AWAY).find(key => text.includes(key))
    const reason = known === undefined ? error.message : AWAY[known]!
    return new SendError("away", `${where} does not answer (${reason})`)
}

function certificateText(text: string): string {
    if (/expired/i.test(text)) return "it has expired"
    if (/altname/i.test(text)) return "it is for another name"
    if (/self.signed/i.test(text)) return "it is self-signed"
    return "its issuer is not known"
}
