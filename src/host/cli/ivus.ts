// The program `ivus`. Tests call main() instead.

import { endWithReader, main } from "./main"

endWithReader([process.stdout, process.stderr])
process.exitCode = await main(process.argv.slice(2))
