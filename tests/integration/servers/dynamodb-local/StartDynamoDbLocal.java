import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** DynamoDB Local in memory, on 127.0.0.1 only: its own main listens on every interface. Prints its port. */
public final class StartDynamoDbLocal {
  public static void main(String[] args) throws Exception {
    var server = new Server();
    var connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(0);
    server.addConnector(connector);
    server.setHandler(new LocalDynamoDBServerHandler(new LocalDynamoDBRequestHandler(0, true, null, true, false), "*"));
    server.start();
    System.out.println("listening on " + connector.getLocalPort());
    endWithParent();
  }

  /** Standard input ends when whoever started this is gone, however it went. */
  private static void endWithParent() throws Exception {
    while (System.in.read() >= 0) { }
    Runtime.getRuntime().halt(0);
  }
}
