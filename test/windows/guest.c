// What only a program of Windows can do for a test, which it says in one line:
//
//     guest.exe handles PID                           how many handles a process has
//     guest.exe hold PID                              keeps a process from being forgotten when it has ended
//     guest.exe guard NAME                            lets nobody look into it, but for what everybody may ask
//     guest.exe install NAME WHEN HOW                 makes a service, which starts 2 (with the host), 3 or 4 (never)
//     guest.exe remove NAME
//     guest.exe serve HOW                             is one: `well`, `stubborn` (never stops), `broken` (never runs)
#include <windows.h>
//
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>

__declspec(dllimport) LONG __stdcall NtQuerySystemInformation(ULONG of, void* into, ULONG size, ULONG* needed);

static HANDLE ended;
static SERVICE_STATUS_HANDLE status_handle;
static const char* how;

static int said(const char* what) {
  printf("%s\n", what);
  fflush(stdout);
  return 0;
}

static int failed(const char* what) {
  printf("%s: error %lu\n", what, GetLastError());
  fflush(stdout);
  return 1;
}

/** By SystemExtendedHandleInformation, since Wine tells the room of a process's table for what is in it. */
static int count_handles(DWORD pid) {
  struct Entry {
    void* object;
    ULONG_PTR pid;
    ULONG_PTR rest[3];
  };
  struct {
    ULONG_PTR count;
    ULONG_PTR reserved;
    struct Entry all[1];
  }* table = NULL;
  ULONG size = 1 << 20;
  do {
    free(table);
    size *= 2;
    table = malloc(size);
  } while (NtQuerySystemInformation(64, table, size, NULL) == (LONG)0xc0000004);
  int count = 0;
  for (ULONG_PTR i = 0; i < table->count; i++) count += table->all[i].pid == pid;
  printf("%d\n", count);
  return 0;
}

static int hold(DWORD pid) {
  if (!OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, pid)) return failed("hold");
  said("held");
  Sleep(INFINITE);
  return 0;
}

static int guard(void) {
  // Everyone may have PROCESS_QUERY_LIMITED_INFORMATION, and nobody anything else.
  PSECURITY_DESCRIPTOR rights = NULL;
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorA("D:(A;;0x1000;;;WD)", SDDL_REVISION_1, &rights, NULL) ||
      !SetKernelObjectSecurity(GetCurrentProcess(), DACL_SECURITY_INFORMATION, rights))
    return failed("guard");
  printf("%lu\n", GetCurrentProcessId());
  fflush(stdout);
  Sleep(INFINITE);
  return 0;
}

static int install(const char* name, const char* when, const char* way) {
  char self[MAX_PATH];
  char command[MAX_PATH + 64];
  char display[256];
  SERVICE_DESCRIPTIONW about = {L"A service of the tests: \u00e4 \u20ac"};
  GetModuleFileNameA(NULL, self, sizeof self);
  snprintf(command, sizeof command, "\"%s\" serve %s", self, way);
  snprintf(display, sizeof display, "The service %s", name);
  SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CREATE_SERVICE);
  SC_HANDLE service =
      CreateServiceA(manager, name, display, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, strtoul(when, NULL, 10),
                     SERVICE_ERROR_IGNORE, command, NULL, NULL, NULL, NULL, NULL);
  if (!service || !ChangeServiceConfig2W(service, SERVICE_CONFIG_DESCRIPTION, &about)) return failed("install");
  return said("installed");
}

static int remove_service(const char* name) {
  SC_HANDLE service = OpenServiceA(OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT), name, DELETE);
  return service && DeleteService(service) ? said("removed") : failed("remove");
}

static void tell(DWORD state, DWORD code) {
  SERVICE_STATUS status = {SERVICE_WIN32_OWN_PROCESS, state, 0, code, 0, 0, 0};
  if (state == SERVICE_RUNNING && strcmp(how, "well") == 0) status.dwControlsAccepted = SERVICE_ACCEPT_STOP;
  SetServiceStatus(status_handle, &status);
}

static DWORD WINAPI on_control(DWORD control, DWORD type, void* data, void* context) {
  (void)type, (void)data, (void)context;
  if (control == SERVICE_CONTROL_STOP) SetEvent(ended);
  return NO_ERROR;
}

static void WINAPI serve(DWORD argc, char** argv) {
  (void)argc;
  status_handle = RegisterServiceCtrlHandlerExA(argv[0], on_control, NULL);
  if (strcmp(how, "broken") == 0) {
    tell(SERVICE_START_PENDING, 0);
    Sleep(500);
    return tell(SERVICE_STOPPED, 7);
  }
  tell(SERVICE_RUNNING, 0);
  WaitForSingleObject(ended, INFINITE);
  tell(SERVICE_STOPPED, 0);
}

int main(int argc, char** argv) {
  const char* what = argc > 2 ? argv[1] : "";
  if (strcmp(what, "handles") == 0) return count_handles(strtoul(argv[2], NULL, 10));
  if (strcmp(what, "hold") == 0) return hold(strtoul(argv[2], NULL, 10));
  if (strcmp(what, "guard") == 0) return guard();
  if (strcmp(what, "install") == 0 && argc == 5) return install(argv[2], argv[3], argv[4]);
  if (strcmp(what, "remove") == 0) return remove_service(argv[2]);
  if (strcmp(what, "serve") != 0) return said("it is not known what");
  how = argv[2];
  ended = CreateEventA(NULL, TRUE, FALSE, NULL);
  SERVICE_TABLE_ENTRYA table[] = {{(char*)"", serve}, {NULL, NULL}};
  return StartServiceCtrlDispatcherA(table) ? 0 : failed("serve");
}
