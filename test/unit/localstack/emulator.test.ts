import { afterEach, describe, expect, it, vi } from 'vitest';
import { findEmulator } from '../../../infra/localstack/emulator.ts';

describe('the emulator', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    'http://127.0.0.1:4566',
    'http://localhost:4566/',
    'http://[::1]:4566',
    'http://192.168.1.20:4566',
    'http://172.17.0.2:4566',
    'http://localstack:4566',
    'http://localhost.localstack.cloud:4566',
    'http://host.docker.internal:4566',
  ])('may be at %s', url => {
    vi.stubEnv('AWS_ENDPOINT_URL', url);

    expect(findEmulator([])).toMatchObject({ url: url.replace(/\/$/, '') });
  });

  it.each([
    'http://example.com',
    'https://8.8.8.8',
    'http://172.32.0.1:4566',
    'http://127.0.0.1.example.com',
    'http://[2001:db8::1]:4566',
  ])('is at %s only if that is said on the command line', url => {
    vi.stubEnv('AWS_ENDPOINT_URL', url);

    expect(() => findEmulator([])).toThrow(`say -- --endpoint ${url}`);
    expect(findEmulator(['--endpoint', url])).toMatchObject({ url });
  });

  it.each([
    'https://sts.us-east-1.amazonaws.com',
    'https://lambda.us-east-1.api.aws',
    'https://s3.cn-north-1.amazonaws.com.cn',
  ])('is never AWS itself: %s', url => {
    vi.stubEnv('AWS_ENDPOINT_URL', '');

    expect(() => findEmulator(['--endpoint', url])).toThrow('is AWS itself');
  });

  it('is taken for one with authorizers unless that is denied on the command line', () => {
    expect(findEmulator([])).toMatchObject({ isOpen: false });
    expect(findEmulator(['--open'])).toMatchObject({ isOpen: true });
  });

  it('is all that programs are led to, whatever a user of AWS has in the shell', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4567');
    vi.stubEnv('AWS_PROFILE', 'work');
    vi.stubEnv('AWS_SESSION_TOKEN', 'of work');
    vi.stubEnv('AWS_ENDPOINT_URL_STS', 'https://sts.amazonaws.com');
    vi.stubEnv('CDK_DEFAULT_ACCOUNT', '123456789012');

    const { environment } = findEmulator([]);

    const ofAws = Object.entries(environment).filter(([name]) => /^(AWS|CDK)_/.test(name));
    expect(Object.fromEntries(ofAws)).toEqual({
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4567',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4567',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    });
  });
});
