// ProcessPrng of bcryptprimitives.dll.
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID into, ULONG size);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE into, SIZE_T size) { return SystemFunction036(into, (ULONG)size); }
