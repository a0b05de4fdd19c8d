// OpenCvSharp has a FrameSource too, which LiveCam does not use.
global using FrameSource = LiveCam.Core.FrameSource;
