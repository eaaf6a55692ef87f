package io.pinstream.hub.outlet.eventgrid;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.util.Configuration;
import com.azure.identity.ChainedTokenCredentialBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.identity.EnvironmentCredentialBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.azure.identity.WorkloadIdentityCredentialBuilder;

/// Who we are to Microsoft Entra: what the environment says (`AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, and
/// `AZURE_CLIENT_SECRET` or a certificate), the workload's federated token, the machine's managed identity; the
/// first that there is. The default chain of the SDK would look into the tools of developers as well, with native
/// libraries.
final class Entra {
    private static final String TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";

    private Entra() {}

    static TokenCredential credential(HttpClient client) {
        var environment = Configuration.getGlobalConfiguration();
        var chain = new ChainedTokenCredentialBuilder().addLast(ofEnvironment(environment, client));
        if (environment.contains(TOKEN_FILE)) {
            chain.addLast(
                    new WorkloadIdentityCredentialBuilder().httpClient(client).build());
        }
        return chain.addLast(new ManagedIdentityCredentialBuilder()
                        .httpClient(client)
                        .build())
                .build();
    }

    /// An authority that the environment names itself is not asked about at Microsoft's first: it may be the only
    /// one that can be reached.
    private static TokenCredential ofEnvironment(Configuration environment, HttpClient client) {
        var authority = environment.get(Configuration.PROPERTY_AZURE_AUTHORITY_HOST);
        var tenant = environment.get(Configuration.PROPERTY_AZURE_TENANT_ID);
        var id = environment.get(Configuration.PROPERTY_AZURE_CLIENT_ID);
        var secret = environment.get(Configuration.PROPERTY_AZURE_CLIENT_SECRET);
        if (authority == null || tenant == null || id == null || secret == null) {
            return new EnvironmentCredentialBuilder().httpClient(client).build();
        }
        return new ClientSecretCredentialBuilder()
                .httpClient(client)
                .authorityHost(authority)
                .disableInstanceDiscovery()
                .tenantId(tenant)
                .clientId(id)
                .clientSecret(secret)
                .build();
    }
}
