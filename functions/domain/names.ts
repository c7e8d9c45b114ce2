/** What services are called: they appear in paths, logs and metrics as they are. */
export const serviceNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Container tags, digests and ARNs are in use as versions. */
export const versionPattern = /^[A-Za-z0-9][A-Za-z0-9._+:/-]{0,254}$/;

/** The same for the ids of instances. */
export const instanceIDPattern = versionPattern;

/** Ids of deployments are the server's; this is what any of them can look like. */
export const deploymentIDPattern = /^[A-Za-z0-9-]{1,64}$/;
