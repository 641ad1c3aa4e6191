import java.net.ServerSocket;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One OpenSearch node on 127.0.0.1, its data in the folder given. Prints its port. */
public final class StartOpenSearch {
  public static void main(String[] args) throws Exception {
    int http = freePort();
    int transport = freePort();
    var runner = new OpenSearchRunner();
    runner.onBuild((number, settings) -> {
      settings.put("network.host", "127.0.0.1");
      settings.put("http.port", String.valueOf(http));
      settings.put("transport.port", String.valueOf(transport));
    });
    runner.build(OpenSearchRunner.newConfigs().basePath(args[0]).numOfNode(1).clusterName("kyc-test"));
    runner.ensureYellow();
    System.out.println("listening on " + http);
    while (System.in.read() >= 0) { }
    Runtime.getRuntime().halt(0);
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
