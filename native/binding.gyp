{
  'target_defaults': {
    'sources': ['src/addon.cc', 'src/form.cc', 'src/json.cc', 'src/reading.cc'],
    'include_dirs': [
      '<!(node -p "require(\'node-api-headers\').include_dir")',
      '<!(node -p "require(\'node-addon-api\').include_dir")',
    ],
    'defines': [
      'NAPI_VERSION=8', 'NODE_ADDON_API_CPP_EXCEPTIONS', 'NODE_ADDON_API_CPP_EXCEPTIONS_ALL',
      'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
    ],
    'cflags_cc!': ['-fno-exceptions', '-fno-rtti', '-std=gnu++17', '-std=gnu++20'],
    'cflags_cc': ['-std=c++17', '-O2', '-fPIC', '-fexceptions', '-fvisibility=hidden', '-Wall', '-Wextra', '-Werror'],
    'conditions': [
      ['OS=="win"', {
        'defines': [
          '_WIN32_WINNT=0x0A00', 'NTDDI_VERSION=0x0A000006', 'PSAPI_VERSION=2', 'UNICODE',
          'NOMINMAX', 'WIN32_LEAN_AND_MEAN',
        ],
      }],
      # Threads may outlive the environment that loaded the addon, which Node would unload with it.
      ['OS=="linux"', { 'ldflags': ['-static-libstdc++', '-static-libgcc', '-Wl,-z,nodelete'] }],
    ],
  },
  'targets': [
    {
      'target_name': 'sysgraph',
      'conditions': [
        ['OS=="linux"', {
          'sources': [
            'src/linux/action.cc', 'src/linux/address.cc', 'src/linux/address_text.cc', 'src/linux/arm_text.cc',
            'src/linux/attributes.cc', 'src/linux/blocks.cc', 'src/linux/bus.cc', 'src/linux/cgroup_text.cc',
            'src/linux/chips.cc', 'src/linux/connection.cc', 'src/linux/connection_diag_text.cc',
            'src/linux/connection_text.cc', 'src/linux/cpu.cc', 'src/linux/cpu_text.cc', 'src/linux/cpus_text.cc',
            'src/linux/disk.cc', 'src/linux/disk_text.cc', 'src/linux/driver.cc', 'src/linux/environment.cc',
            'src/linux/environment_text.cc', 'src/linux/event.cc', 'src/linux/event_text.cc', 'src/linux/file_table.cc',
            'src/linux/host.cc', 'src/linux/limit.cc', 'src/linux/limit_text.cc', 'src/linux/listing.cc',
            'src/linux/listing_text.cc', 'src/linux/machine.cc', 'src/linux/machine_text.cc',
            'src/linux/memory_map.cc', 'src/linux/memory_text.cc', 'src/linux/mount.cc', 'src/linux/mount_text.cc', 'src/linux/netlink_socket.cc', 'src/linux/netlink_text.cc',
            'src/linux/network.cc', 'src/linux/network_text.cc', 'src/linux/open_file.cc',
            'src/linux/open_file_text.cc', 'src/linux/owner.cc', 'src/linux/path.cc', 'src/linux/pidfd.cc',
            'src/linux/process.cc', 'src/linux/process_text.cc', 'src/linux/processors.cc', 'src/linux/proof.cc',
            'src/linux/sd_bus.cc', 'src/linux/sensor.cc', 'src/linux/sensor_text.cc', 'src/linux/service.cc',
            'src/linux/service_control.cc', 'src/linux/service_text.cc', 'src/linux/session.cc',
            'src/linux/session_text.cc', 'src/linux/signals_text.cc', 'src/linux/smaps_text.cc', 'src/linux/space.cc',
            'src/linux/system.cc', 'src/linux/system_text.cc', 'src/linux/terminal.cc', 'src/linux/thread.cc',
            'src/linux/wait.cc', 'src/linux/warm.cc', 'src/posix/file.cc', 'src/posix/heap.cc', 'src/posix/users.cc',
          ],
        }],
        ['OS=="win"', {
          'sources': [
            'src/none/event.cc',
            'src/windows/action.cc', 'src/windows/adapters.cc', 'src/windows/address.cc', 'src/windows/connection.cc',
            'src/windows/connection_text.cc', 'src/windows/cpu.cc', 'src/windows/disk.cc', 'src/windows/disk_text.cc',
            'src/windows/environment.cc', 'src/windows/heap.cc', 'src/windows/host.cc', 'src/windows/inside.cc',
            'src/windows/limit.cc', 'src/windows/load.cc', 'src/windows/machine.cc', 'src/windows/memory_map.cc',
            'src/windows/mount.cc', 'src/windows/mount_text.cc', 'src/windows/network.cc', 'src/windows/open_file.cc',
            'src/windows/owner.cc', 'src/windows/peb_text.cc', 'src/windows/process.cc',
            'src/windows/process_text.cc', 'src/windows/processes.cc', 'src/windows/processors.cc',
            'src/windows/sensor.cc', 'src/windows/service.cc', 'src/windows/service_control.cc',
            'src/windows/session.cc', 'src/windows/system.cc', 'src/windows/system_text.cc', 'src/windows/thread.cc',
            'src/windows/utf16_text.cc', 'src/windows/wait.cc',
          ],
          'libraries': [
            'advapi32.lib', 'iphlpapi.lib', 'ntdll.lib', 'powrprof.lib', 'psapi.lib', 'ws2_32.lib', 'wtsapi32.lib',
          ],
        }],
        ['OS!="linux" and OS!="win"', {
          'sources': [
            'src/none/action.cc', 'src/none/disk.cc', 'src/none/event.cc', 'src/none/heap.cc', 'src/none/host.cc',
            'src/none/network.cc', 'src/none/process.cc', 'src/none/service.cc', 'src/none/system.cc',
          ],
        }],
      ],
    },
    {
      'target_name': 'none',
      'sources': [
        'src/none/action.cc', 'src/none/disk.cc', 'src/none/event.cc', 'src/none/heap.cc', 'src/none/host.cc',
        'src/none/network.cc', 'src/none/process.cc', 'src/none/service.cc', 'src/none/system.cc',
      ],
    },
  ],
}
