import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** The authority's own certificate. */
  readonly ca: string;
  /** A certificate for these names (`DNS:…`, `IP:…`); `days` may be negative: expired. */
  issue(name: string, altNames: string, days?: number): CertificateFiles;
  remove(): void;
}

/** A certificate authority of a test's own, made with openssl in a temporary folder. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'knell-ca-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '30',
    '-subj',
    '/CN=test authority',
  );
  return {
    ca: join(folder, 'ca.pem'),
    issue(name, altNames, days = 30) {
      openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${altNames}\n`);
      const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.ext`];
      openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.pem`, '-days', `${days}`);
      return { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
