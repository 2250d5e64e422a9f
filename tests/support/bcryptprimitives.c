/* Of Windows, for a Wine before 9, which lacks it: random bytes, as Rust's library and aws-lc ask for them. */
#include <windows.h>
#include <ntsecapi.h>

BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) { return RtlGenRandom(data, (ULONG)length); }
