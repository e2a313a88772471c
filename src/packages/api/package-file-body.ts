import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, getSchemaPath } from '@nestjs/swagger';
import { PackageFileView } from './packages.dto.js';

const EXAMPLE = {
  name: '7-Zip 24.09',
  description: 'Installs 7-Zip and tidies up the desktop',
  maxDurationSeconds: 1800,
  finalAction: { action: 'reboot', waitSeconds: 300, message: 'Software was updated', when: 'if-required' },
  parameters: [{ name: 'EDITION', default: 'full', enum: ['full', 'lite'] }],
  steps: [
    {
      name: 'Install',
      type: 'installer',
      path: 'C:\\Installers\\7z2409-x64.msi',
      parameters: '/norestart',
      timeoutSeconds: 900,
      onSuccess: { step: 'Tidy up' },
    },
    { name: 'Tidy up', type: 'command', command: 'del /q "%PUBLIC%\\Desktop\\7-Zip*.lnk"' },
  ],
};

/** Describes a body that is a package file, in both its forms, or one of the further media types. */
export function PackageFileBody(...further: readonly string[]): MethodDecorator {
  const schema = { $ref: getSchemaPath(PackageFileView), example: EXAMPLE };
  return applyDecorators(
    ApiConsumes('application/json', 'application/yaml', ...further),
    ApiBody({
      required: true,
      description: 'A package file (application/json or application/yaml)',
      schema,
    }),
  );
}
