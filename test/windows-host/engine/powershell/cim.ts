import { z } from 'zod';
import { type ShimHandler, ShimFault } from './shim-requests.js';

/** WBEM_E_INVALID_CLASS. */
const INVALID_CLASS = 0x8004_1010;

const query = z.looseObject({ class: z.string() });

/** What WMI answers of the operating system; Win32_Process is answered by the shim itself. */
export function cimClasses(bootedAt: () => string): [string, ShimHandler][] {
  return [
    [
      'cim.get',
      (request) => {
        const { class: name } = query.parse(request);
        if (name.toLowerCase() !== 'win32_operatingsystem')
          throw new ShimFault(INVALID_CLASS, `Invalid class: the simulated host does not know ${name}`);
        return {
          Caption: 'Microsoft Windows 10 Pro',
          Version: '10.0.19045',
          BuildNumber: '19045',
          ProductType: 1,
          OSArchitecture: '64-bit',
          LastBootUpTime: bootedAt(),
        };
      },
    ],
  ];
}
