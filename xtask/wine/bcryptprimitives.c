/* Wine before 9 has no bcryptprimitives.dll, and the Rust standard library takes its random numbers from there.
   Wine's advapi32 has the same generator under its older name. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    return SystemFunction036(buffer, (ULONG)length);
}
