import { z } from 'zod';
import { type ShimHandler, ShimFault } from './shim-requests.js';

/** WBEM_E_INVALID_CLASS. */
const INVALID_CLASS = 0x8004_1010;

const query = z.looseObject({ class: z.string() });

const OPERATING_SYSTEM = {
  Caption: 'Microsoft Windows 10 Pro',
  Version: '10.0.19045',
  BuildNumber: '19045',
  ProductType: 1,
  OSArchitecture: '64-bit',
  /** KiB. */
  TotalVisibleMemorySize: 16_777_216,
  FreePhysicalMemory: 8_388_608,
};

const COMPUTER_SYSTEM = {
  Domain: 'WORKGROUP',
  PartOfDomain: false,
  Manufacturer: 'Winch',
  Model: 'Simulated host',
};

/** What WMI answers of the operating system and the computer; Win32_Process is answered by the shim itself. */
export function cimClasses(bootedAt: () => string): [string, ShimHandler][] {
  return [
    [
      'cim.get',
      (request) => {
        const { class: name } = query.parse(request);
        switch (name.toLowerCase()) {
          case 'win32_operatingsystem':
            return { ...OPERATING_SYSTEM, LastBootUpTime: bootedAt() };
          case 'win32_computersystem':
            return COMPUTER_SYSTEM;
          default:
            throw new ShimFault(INVALID_CLASS, `Invalid class: the simulated host does not know ${name}`);
        }
      },
    ],
  ];
}
