package dev.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.deploy.Launcher.Result;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints, savepoints and what JobManagers must not forget, on a server that speaks S3. */
class ObjectStorageIT {
  private static final String BUCKET = "millrace";
  private static final String ACCESS_KEY = "key";
  private static final String SECRET_KEY = "secret";

  @TempDir Path directory;

  @Test
  void goesOnFromWhatIsOnS3() throws Exception {
    Path objects = Files.createDirectory(directory.resolve("objects"));
    Properties settings = new Properties();
    settings.setProperty("jclouds.filesystem.basedir", objects.toString());
    try (BlobStoreContext context =
        ContextBuilder.newBuilder("filesystem")
            .credentials("unused", "unused")
            .overrides(settings)
            .build(BlobStoreContext.class)) {
      context.getBlobStore().createContainerInLocation(null, BUCKET);
      S3Proxy s3 =
          S3Proxy.builder()
              .blobStore(context.getBlobStore())
              .endpoint(URI.create("http://127.0.0.1:0"))
              .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
              .build();
      s3.start();
      try {
        goOn(s3.getPort(), objects.resolve(BUCKET));
      } finally {
        s3.stop();
      }
    }
  }

  private void goOn(int port, Path bucket) throws Exception {
    try (TestCluster cluster = TestCluster.unpack(directory)) {
      cluster.up(
          Stream.concat(Stream.of("--ha", "--taskmanagers", "1", "--no-warm-up"), options(port))
              .toArray(String[]::new));
      cluster.succeed("submit");
      cluster.load();
      assertThat(files(bucket.resolve("checkpoints"))).anyMatch(file -> file.endsWith("_metadata"));

      // The job is known to nobody but ZooKeeper and the bucket then.
      killJobManagers(cluster);
      cluster.load("--patience", "2m");

      Result stopped = cluster.succeed("stop");
      Matcher savepoint =
          Pattern.compile("(?m)^s3://" + BUCKET + "/(savepoints/\\S+)$").matcher(stopped.out());
      assertThat(savepoint.find()).as(stopped.out()).isTrue();
      assertThat(files(bucket.resolve(savepoint.group(1))))
          .anyMatch(file -> file.endsWith("_metadata"));

      cluster.succeed("submit", "--from", savepoint.group());
      cluster.load();
      cluster.audit();
    }
  }

  private static void killJobManagers(TestCluster cluster) throws IOException {
    for (String member : List.of("jobmanager-1", "jobmanager-2")) {
      cluster.process(member).destroyForcibly();
    }
  }

  private static Stream<String> options(int port) {
    return Stream.of(
            "high-availability.storageDir=s3://" + BUCKET + "/ha",
            "execution.checkpointing.dir=s3://" + BUCKET + "/checkpoints",
            "execution.checkpointing.savepoint-dir=s3://" + BUCKET + "/savepoints",
            "s3.endpoint=http://127.0.0.1:" + port,
            "s3.path.style.access=true",
            "s3.access-key=" + ACCESS_KEY,
            "s3.secret-key=" + SECRET_KEY)
        .flatMap(option -> Stream.of("-D", option));
  }

  private static List<String> files(Path below) throws IOException {
    try (Stream<Path> files = Files.walk(below)) {
      return files.filter(Files::isRegularFile).map(Path::toString).toList();
    }
  }
}
